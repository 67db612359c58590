-- Whose home tab shows what of which crm group, so that it can be published anew when others change it.
CREATE TABLE "home_tabs" (
    "crm_group_id" BIGINT NOT NULL,
    "team_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "mark" TEXT NOT NULL,
    "shown_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "home_tabs_pkey" PRIMARY KEY ("crm_group_id","team_id","slack_user_id")
);

CREATE UNIQUE INDEX "home_tabs_team_id_slack_user_id_key" ON "home_tabs"("team_id", "slack_user_id");
