-- Differences that the reconciler can name: one row for each cause, however often it is seen.
CREATE TABLE "finding" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "model" TEXT,
    "entity" TEXT,
    "place" JSONB NOT NULL,
    "fields" JSONB NOT NULL,
    "says" TEXT NOT NULL,
    "mark" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(6) NOT NULL,
    "last_seen" TIMESTAMPTZ(6) NOT NULL,
    "times" INTEGER NOT NULL DEFAULT 1,
    "decides" TEXT,
    "command" TEXT,
    "closed_at" TIMESTAMPTZ(6),

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "finding_status_idx" ON "finding"("status", "last_seen");
CREATE INDEX "finding_unit_idx" ON "finding"("unit", "kind", "status");
CREATE INDEX "finding_entity_idx" ON "finding"("entity");

-- Work that one reconciler at a time does round by round, and how far it is.
CREATE TABLE "job" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "until" TIMESTAMPTZ(6) NOT NULL,
    "fence" INTEGER NOT NULL,
    "cursor" JSONB,

    CONSTRAINT "job_pkey" PRIMARY KEY ("name")
);
