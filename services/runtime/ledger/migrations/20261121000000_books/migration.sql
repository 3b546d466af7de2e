-- How far the reconciler has read each topic. It moves in the transaction that writes the rows.
CREATE TABLE "position" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "topic_id" TEXT NOT NULL,
    "first" BIGINT NOT NULL,
    "next" BIGINT NOT NULL,
    "fence" INTEGER NOT NULL,

    CONSTRAINT "position_pkey" PRIMARY KEY ("topic", "partition")
);

-- One receipt: an interval of one partition that one stage accounted for.
CREATE TABLE "receipt" (
    "stage" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "from_offset" BIGINT NOT NULL,
    "revision" INTEGER NOT NULL,
    "topic" TEXT NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "instance" TEXT NOT NULL,
    "mapping" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "newest" TIMESTAMPTZ(6),

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("stage", "unit", "topic_id", "partition", "from_offset", "revision")
);
CREATE INDEX "receipt_stage_unit_topic_partition_at_idx" ON "receipt"("stage", "unit", "topic", "partition", "at");

-- What became of the records of one block of origin: the receipts' entries, added up.
CREATE TABLE "block_count" (
    "stage" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "origin_topic" TEXT NOT NULL,
    "origin_partition" INTEGER NOT NULL,
    "block" BIGINT NOT NULL,
    "model" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "hash_sum" DECIMAL(20,0) NOT NULL,
    "totals" JSONB NOT NULL,

    CONSTRAINT "block_count_pkey" PRIMARY KEY ("stage", "unit", "origin_topic", "origin_partition", "block", "model", "outcome", "reason")
);

-- The latest heartbeat of the lease of one partition.
CREATE TABLE "unit_state" (
    "unit" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "reason" TEXT,
    "position" BIGINT NOT NULL,
    "instance" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "unit_state_pkey" PRIMARY KEY ("unit", "topic", "partition")
);

-- A refused record without its bytes: those stay in the rejected topic.
CREATE TABLE "rejection" (
    "id" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "says" TEXT NOT NULL,
    "problems" JSONB NOT NULL,
    "cause_group" TEXT NOT NULL,
    "entity" TEXT,
    "mapping" TEXT NOT NULL,
    "origin_topic" TEXT NOT NULL,
    "origin_topic_id" TEXT NOT NULL,
    "origin_partition" INTEGER NOT NULL,
    "origin_offset" BIGINT NOT NULL,
    "origin_time" TIMESTAMPTZ(6) NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "attempt" INTEGER NOT NULL,

    CONSTRAINT "rejection_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "rejection_unit_at_idx" ON "rejection"("unit", "at");
CREATE INDEX "rejection_cause_group_idx" ON "rejection"("cause_group");

-- Every act of a person: who, what, when and why.
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_at_idx" ON "audit"("at");
