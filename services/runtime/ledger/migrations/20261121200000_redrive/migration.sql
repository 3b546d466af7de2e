-- Where the bytes of a rejection lie, and how it stands.
ALTER TABLE "rejection"
    ADD COLUMN "version" BIGINT,
    ADD COLUMN "traceparent" TEXT,
    -- What was written before this has no place: it can be discarded, not redriven.
    ADD COLUMN "rejected_partition" INTEGER NOT NULL DEFAULT -1,
    ADD COLUMN "rejected_offset" BIGINT NOT NULL DEFAULT -1,
    ADD COLUMN "status" TEXT NOT NULL DEFAULT 'open',
    ADD COLUMN "outcome" TEXT,
    ADD COLUMN "closed_at" TIMESTAMPTZ(6);
CREATE INDEX "rejection_status_at_idx" ON "rejection"("status", "at");
CREATE INDEX "rejection_entity_idx" ON "rejection"("entity");

-- What a person asked for. Each is taken in once, whoever sends it how often.
CREATE TABLE "command" (
    "id" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "subject" TEXT,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "selection" JSONB,
    "per_second" INTEGER,
    "status" TEXT NOT NULL,
    "detail" TEXT,
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "command_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "command_status_idx" ON "command"("status");

-- A rejection that a redrive or discard has claimed: nobody else sends it meanwhile.
CREATE TABLE "redrive" (
    "command" TEXT NOT NULL,
    "rejection" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "sent" BOOLEAN NOT NULL DEFAULT false,
    "outcome" TEXT,
    "reason" TEXT,

    CONSTRAINT "redrive_pkey" PRIMARY KEY ("command", "rejection")
);
CREATE INDEX "redrive_rejection_attempt_idx" ON "redrive"("rejection", "attempt");
CREATE INDEX "redrive_unsent_idx" ON "redrive"("command") WHERE NOT "sent";
CREATE INDEX "redrive_unanswered_idx" ON "redrive"("command") WHERE "outcome" IS NULL;

-- What units said of rejections: it may come before the rejection itself is read here.
CREATE TABLE "answer" (
    "rejection" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "answer_pkey" PRIMARY KEY ("rejection", "attempt")
);
