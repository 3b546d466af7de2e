-- What the balance of both sides needs: when a block's records were written, which blocks changed, which differ, and how far each target is proven.
ALTER TABLE "receipt" ADD COLUMN "oldest" TIMESTAMPTZ(6);

-- Receipts below it are no longer kept one by one.
ALTER TABLE "span" ADD COLUMN "folded" BIGINT NOT NULL DEFAULT 0;

CREATE TABLE "block" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "block" BIGINT NOT NULL,
    "oldest" TIMESTAMPTZ(6),
    "newest" TIMESTAMPTZ(6),
    "changed" BIGINT NOT NULL,
    "looked" BIGINT NOT NULL DEFAULT 0,
    "resent" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "block_pkey" PRIMARY KEY ("topic", "partition", "block")
);
-- A round looks at these alone, however many blocks there are.
CREATE INDEX "block_changed_idx" ON "block"("topic", "partition", "block") WHERE "changed" <> "looked";
-- Which targets hold what of a block: one step for each block.
CREATE INDEX "block_count_origin_idx" ON "block_count"("origin_topic", "origin_partition", "block");

CREATE TABLE "unbalanced" (
    "target" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "block" BIGINT NOT NULL,
    "changed" BIGINT NOT NULL,
    "look" BIGINT NOT NULL,
    "whole" BOOLEAN NOT NULL,
    "told" BIGINT,
    "abouts" TEXT[],
    "records" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "unbalanced_pkey" PRIMARY KEY ("target", "topic", "partition", "block")
);

CREATE TABLE "verified" (
    "target" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "through" BIGINT NOT NULL,
    "oldest" TIMESTAMPTZ(6),
    "at" TIMESTAMPTZ(6) NOT NULL,
    "since" TIMESTAMPTZ(6) NOT NULL,
    "held" TEXT,

    CONSTRAINT "verified_pkey" PRIMARY KEY ("target", "topic", "partition")
);

-- Blocks that were counted before are looked at once.
INSERT INTO "block" ("topic", "partition", "block", "changed")
    SELECT DISTINCT "origin_topic", "origin_partition", "block", 1 FROM "block_count";
