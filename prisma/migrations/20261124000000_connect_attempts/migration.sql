-- People on their way to connect a GitLab account: first under the state that GitLab hands back, then, where somebody
-- has to look before it counts, under the key of that question. Only hashes of both are kept, for ten minutes.
CREATE TABLE "connect_attempts" (
    "key_hash" BYTEA NOT NULL,
    "team_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "code_verifier" TEXT,
    "gitlab_user_id" BIGINT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "connect_attempts_pkey" PRIMARY KEY ("key_hash")
);

CREATE INDEX "connect_attempts_expires_at_idx" ON "connect_attempts"("expires_at");
CREATE INDEX "connect_attempts_team_id_slack_user_id_idx" ON "connect_attempts"("team_id", "slack_user_id");
