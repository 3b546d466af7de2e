-- Canonical records that do not lie in the order of their source: redriven, sent again, or the wrong way round. The audit knows them by this when it meets them again.
CREATE TABLE "out_of_order" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "model" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "lane" TEXT NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "out_of_order_pkey" PRIMARY KEY ("topic", "partition", "offset", "model", "entity", "revision")
);

-- The audit asks for what was refused by where it lay.
CREATE INDEX "rejection_origin_idx" ON "rejection"("origin_topic", "origin_partition", "origin_offset");

-- What a command that reads has counted so far.
ALTER TABLE "command" ADD COLUMN "counts" JSONB;
