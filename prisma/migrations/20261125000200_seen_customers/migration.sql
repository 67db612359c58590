-- The cards that a person on Slack looked at lately, for their home tab; a few for each group they work in.
CREATE TABLE "seen_customers" (
    "crm_group_id" BIGINT NOT NULL,
    "team_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seen_customers_pkey" PRIMARY KEY ("crm_group_id", "team_id", "slack_user_id", "kind", "subject_id")
);

ALTER TABLE "seen_customers" ADD CONSTRAINT "seen_customers_kind_check" CHECK ("kind" IN ('contact', 'organization'));
CREATE INDEX "seen_customers_team_id_slack_user_id_idx" ON "seen_customers"("team_id", "slack_user_id");
