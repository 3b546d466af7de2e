-- Ids that a unit's topics had in a Kafka before this one: what was written under them is entered under the id of today.
CREATE TABLE "adopted" (
    "unit" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "was" TEXT NOT NULL,
    "now" TEXT NOT NULL,

    CONSTRAINT "adopted_pkey" PRIMARY KEY ("unit", "topic", "was")
);
