-- A target that was away for longer than its topics keep: what it stands before, what a person has it go on behind, and what was accepted as never arrived.
ALTER TABLE "unit_state" ADD COLUMN "lost" JSONB;
ALTER TABLE "command" ADD COLUMN "offsets" JSONB;

CREATE TABLE "passed_over" (
    "target" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "from_offset" BIGINT NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "topic" TEXT NOT NULL,
    "command" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "passed_over_pkey" PRIMARY KEY ("target", "topic_id", "partition", "from_offset")
);
CREATE INDEX "passed_over_command_idx" ON "passed_over"("command");

CREATE TABLE "accepted_difference" (
    "target" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "block" BIGINT NOT NULL,
    "model" TEXT NOT NULL,
    "records" BIGINT NOT NULL,

    CONSTRAINT "accepted_difference_pkey" PRIMARY KEY ("target", "topic", "partition", "block", "model")
);
