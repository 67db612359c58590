-- Whose turn it is to have a token replaced that is about to run out: a refresh token is good once, so of several
-- processes one asks.
ALTER TABLE "slack_installations" ADD COLUMN "refreshing_until" TIMESTAMPTZ(3);
CREATE INDEX "slack_installations_team_id_idx" ON "slack_installations"("team_id");
