-- How much a platform was sent of late, so that its own limit is never met.
CREATE INDEX "outbox_pace_idx" ON "outbox" (split_part("kind", '.', 1), "done_at") WHERE "done_at" IS NOT NULL;
