-- Where a command lies on its topic: commands that publish a source again take their turns by it.
ALTER TABLE "command" ADD COLUMN "turn" BIGINT;

-- What today's mapping would make of a part of a source, beside what it became.
CREATE TABLE "comparison" (
    "command" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "from_time" TIMESTAMPTZ(6),
    "to_time" TIMESTAMPTZ(6),
    "mapping" TEXT,
    "parts" JSONB,
    "read" BIGINT NOT NULL DEFAULT 0,
    "of" BIGINT NOT NULL DEFAULT 0,
    "result" JSONB,
    "done" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "comparison_pkey" PRIMARY KEY ("command")
);

-- Source records that a command publishes again.
CREATE TABLE "republish" (
    "command" TEXT NOT NULL,
    "origin_partition" INTEGER NOT NULL,
    "origin_offset" BIGINT NOT NULL,
    "origin_topic_id" TEXT NOT NULL,
    "give" JSONB NOT NULL,
    "sent" BOOLEAN NOT NULL DEFAULT false,
    "outcome" TEXT,
    "reason" TEXT,

    CONSTRAINT "republish_pkey" PRIMARY KEY ("command", "origin_partition", "origin_offset")
);
CREATE INDEX "republish_unsent_idx" ON "republish"("command", "origin_partition", "origin_offset") WHERE NOT "sent" AND "outcome" IS NULL;
CREATE INDEX "republish_unanswered_idx" ON "republish"("command") WHERE "outcome" IS NULL;
