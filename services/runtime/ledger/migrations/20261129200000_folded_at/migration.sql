-- AlterTable
ALTER TABLE "span" ADD COLUMN "folded_at" TIMESTAMPTZ(6);
-- What was folded so far is as old as it may be.
UPDATE "span" SET "folded_at" = now() WHERE "folded" > 0;
