-- What a notice is about, where later news of the same thing edits it in place instead of repeating it.
ALTER TABLE "outbox" ADD COLUMN "about" TEXT;
UPDATE "outbox" SET "about" = 'transfer:' || split_part("dedupe_key", ':', 3)
WHERE "kind" = 'slack.notice' AND "dedupe_key" LIKE 'group.transfer_held:transfer:%';
CREATE INDEX "outbox_about_idx" ON "outbox" ("about", "id") WHERE "about" IS NOT NULL;
