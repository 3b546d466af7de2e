-- Offsets that receipts account for without a break: one row for each partition of each stage, more where receipts do not join.
CREATE TABLE "span" (
    "stage" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "from_offset" BIGINT NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,

    CONSTRAINT "span_pkey" PRIMARY KEY ("stage", "unit", "topic_id", "partition", "from_offset")
);

INSERT INTO "span" ("stage", "unit", "topic_id", "partition", "from_offset", "next_offset", "topic")
SELECT "stage", "unit", "topic_id", "partition", min("from_offset"), max("next_offset"), min("topic")
FROM (
    SELECT *, count(*) FILTER (WHERE "from_offset" IS DISTINCT FROM "before") OVER (PARTITION BY "stage", "unit", "topic_id", "partition" ORDER BY "from_offset") AS "island"
    FROM (
        SELECT *, lag("next_offset") OVER (PARTITION BY "stage", "unit", "topic_id", "partition" ORDER BY "from_offset") AS "before" FROM "receipt" WHERE "revision" = 0
    ) AS "receipts"
) AS "islands"
GROUP BY "stage", "unit", "topic_id", "partition", "island";
