-- Issues that somebody is typing the title of: the latest by walking them, rare words by trigrams.
CREATE INDEX "issues_latest_open_idx" ON "issues" ("gitlab_updated_at" DESC NULLS LAST, "id" DESC)
  WHERE "state" = 'opened' AND "removed_at" IS NULL;
CREATE INDEX "issues_open_title_idx" ON "issues" USING gin ("title" gin_trgm_ops)
  WHERE "state" = 'opened' AND "removed_at" IS NULL;
