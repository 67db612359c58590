-- Messages that wait for one channel in numbers go out in one: in which is kept before it is sent, so that a second
-- try sends the same.
ALTER TABLE "outbox" ADD COLUMN "folded_into" BIGINT;
CREATE INDEX "outbox_folded_into_idx" ON "outbox" ("folded_into", "id") WHERE "folded_into" IS NOT NULL;
