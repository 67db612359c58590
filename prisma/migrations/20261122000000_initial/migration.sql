-- Trigram search within one crm group needs both: gin_trgm_ops for the text, btree_gin for the leading bigint.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Case and accents folded. unaccent() is only STABLE because its dictionary could be replaced; the dictionary is
-- named here, so a generated column and an index may rely on it.
CREATE FUNCTION "tieline_fold"("value" text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, "value")) $$;

-- A LIKE pattern for "contains this text, folded". Escaped after folding: unaccent turns full-width % and _ into
-- the plain ones.
CREATE FUNCTION "tieline_contains"("value" text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT '%' || replace(replace(replace(public.tieline_fold("value"), '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- CreateTable
CREATE TABLE "groups" (
    "id" BIGINT NOT NULL,
    "parent_id" BIGINT,
    "root_id" BIGINT NOT NULL,
    "full_path" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" BIGINT NOT NULL,
    "group_id" BIGINT,
    "full_path" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "issues" (
    "id" BIGINT NOT NULL,
    "project_id" BIGINT NOT NULL,
    "iid" INTEGER NOT NULL,
    "crm_group_id" BIGINT,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "confidential" BOOLEAN NOT NULL,
    "author_id" BIGINT,
    "assignee_ids" BIGINT[],
    "moved_to_id" BIGINT,
    "gitlab_updated_at" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "issues_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_settings" (
    "group_id" BIGINT NOT NULL,
    "crm_enabled" BOOLEAN NOT NULL DEFAULT true,
    "source_group_id" BIGINT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_settings_pkey" PRIMARY KEY ("group_id")
);

-- CreateTable
CREATE TABLE "organizations" (
    "crm_group_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "default_rate" DECIMAL(18,2),
    "description" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("crm_group_id","id")
);

-- CreateTable
CREATE TABLE "contacts" (
    "crm_group_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "organization_id" BIGINT,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "description" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contacts_pkey" PRIMARY KEY ("crm_group_id","id")
);

-- CreateTable
CREATE TABLE "issue_contacts" (
    "crm_group_id" BIGINT NOT NULL,
    "issue_id" BIGINT NOT NULL,
    "contact_id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "issue_contacts_pkey" PRIMARY KEY ("crm_group_id","issue_id","contact_id")
);

-- CreateTable
CREATE TABLE "identities" (
    "team_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "gitlab_user_id" BIGINT NOT NULL,
    "method" TEXT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identities_pkey" PRIMARY KEY ("team_id","slack_user_id")
);

-- CreateTable
CREATE TABLE "person_settings" (
    "team_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "group_id" BIGINT NOT NULL,

    CONSTRAINT "person_settings_pkey" PRIMARY KEY ("team_id","slack_user_id")
);

-- CreateTable
CREATE TABLE "channel_settings" (
    "team_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "group_id" BIGINT NOT NULL,
    "set_by" BIGINT NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_settings_pkey" PRIMARY KEY ("team_id","channel_id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "crm_group_id" BIGINT NOT NULL,
    "team_id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "kinds" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_reason" TEXT,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("crm_group_id","team_id","channel_id")
);

-- CreateTable
CREATE TABLE "transfers" (
    "crm_group_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "subject_path" TEXT NOT NULL,
    "to_crm_group_id" BIGINT,
    "actor_id" BIGINT,
    "counts" JSONB NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" BIGINT,

    CONSTRAINT "transfers_pkey" PRIMARY KEY ("crm_group_id","id")
);

-- CreateTable
CREATE TABLE "transfer_entries" (
    "crm_group_id" BIGINT NOT NULL,
    "transfer_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "target_id" BIGINT,
    "data" JSONB,

    CONSTRAINT "transfer_entries_pkey" PRIMARY KEY ("crm_group_id","transfer_id","position")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "crm_group_id" BIGINT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" BIGINT,
    "surface" TEXT NOT NULL,
    "delivery_key" TEXT,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("crm_group_id","id")
);

-- CreateTable
CREATE TABLE "deliveries" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_token" UUID,
    "outcome" TEXT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "command_runs" (
    "run_key" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "command" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "command_runs_pkey" PRIMARY KEY ("run_key","position")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_token" UUID,
    "outcome" TEXT,
    "remote_ref" TEXT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slack_installations" (
    "enterprise_id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "bot_user_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "installed_by" TEXT,
    "installed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "slack_installations_pkey" PRIMARY KEY ("enterprise_id","team_id")
);

-- CreateIndex
CREATE INDEX "groups_parent_id_idx" ON "groups"("parent_id");

-- CreateIndex
CREATE INDEX "groups_root_id_idx" ON "groups"("root_id");

-- CreateIndex
CREATE INDEX "projects_group_id_idx" ON "projects"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "issues_project_id_iid_key" ON "issues"("project_id", "iid");

-- CreateIndex
CREATE UNIQUE INDEX "issues_crm_group_id_id_key" ON "issues"("crm_group_id", "id");

-- CreateIndex
CREATE INDEX "group_settings_source_group_id_idx" ON "group_settings"("source_group_id");

-- CreateIndex
CREATE INDEX "contacts_crm_group_id_last_name_first_name_id_idx" ON "contacts"("crm_group_id", "last_name", "first_name", "id");

-- CreateIndex
CREATE INDEX "contacts_crm_group_id_organization_id_idx" ON "contacts"("crm_group_id", "organization_id");

-- CreateIndex
CREATE INDEX "issue_contacts_crm_group_id_contact_id_idx" ON "issue_contacts"("crm_group_id", "contact_id");

-- CreateIndex
CREATE INDEX "identities_gitlab_user_id_idx" ON "identities"("gitlab_user_id");

-- CreateIndex
CREATE INDEX "subscriptions_team_id_channel_id_idx" ON "subscriptions"("team_id", "channel_id");

-- CreateIndex
CREATE INDEX "transfers_to_crm_group_id_id_idx" ON "transfers"("to_crm_group_id", "id");

-- CreateIndex
CREATE INDEX "audit_log_crm_group_id_subject_kind_subject_id_id_idx" ON "audit_log"("crm_group_id", "subject_kind", "subject_id", "id");

-- CreateIndex
CREATE INDEX "audit_log_crm_group_id_actor_id_id_idx" ON "audit_log"("crm_group_id", "actor_id", "id");

-- CreateIndex
CREATE INDEX "deliveries_received_at_idx" ON "deliveries"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "deliveries_source_key_key" ON "deliveries"("source", "key");

-- CreateIndex
CREATE INDEX "command_runs_at_idx" ON "command_runs"("at");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_dedupe_key_key" ON "outbox"("dedupe_key");

-- AddForeignKey
ALTER TABLE "projects" ADD CONSTRAINT "projects_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_crm_group_id_fkey" FOREIGN KEY ("crm_group_id") REFERENCES "groups"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "group_settings" ADD CONSTRAINT "group_settings_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "group_settings" ADD CONSTRAINT "group_settings_source_group_id_fkey" FOREIGN KEY ("source_group_id") REFERENCES "groups"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_crm_group_id_fkey" FOREIGN KEY ("crm_group_id") REFERENCES "groups"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_crm_group_id_fkey" FOREIGN KEY ("crm_group_id") REFERENCES "groups"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_crm_group_id_organization_id_fkey" FOREIGN KEY ("crm_group_id", "organization_id") REFERENCES "organizations"("crm_group_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION DEFERRABLE INITIALLY IMMEDIATE;

-- AddForeignKey
ALTER TABLE "issue_contacts" ADD CONSTRAINT "issue_contacts_crm_group_id_issue_id_fkey" FOREIGN KEY ("crm_group_id", "issue_id") REFERENCES "issues"("crm_group_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION DEFERRABLE INITIALLY IMMEDIATE;

-- AddForeignKey
ALTER TABLE "issue_contacts" ADD CONSTRAINT "issue_contacts_crm_group_id_contact_id_fkey" FOREIGN KEY ("crm_group_id", "contact_id") REFERENCES "contacts"("crm_group_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION DEFERRABLE INITIALLY IMMEDIATE;

-- AddForeignKey
ALTER TABLE "transfer_entries" ADD CONSTRAINT "transfer_entries_crm_group_id_transfer_id_fkey" FOREIGN KEY ("crm_group_id", "transfer_id") REFERENCES "transfers"("crm_group_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- Below: what the schema language has no words for.

-- Uniqueness ignoring case; any number of contacts without an e-mail address.
CREATE UNIQUE INDEX "contacts_crm_group_id_lower_email_key" ON "contacts" ("crm_group_id", lower("email")) WHERE "email" IS NOT NULL;
CREATE UNIQUE INDEX "organizations_crm_group_id_lower_name_key" ON "organizations" ("crm_group_id", lower("name"));

-- One text per row to search in, and a trigram index led by the crm group.
ALTER TABLE "contacts" ADD COLUMN "search_text" text NOT NULL GENERATED ALWAYS AS (
  tieline_fold("first_name" || ' ' || "last_name" || ' ' || coalesce("email", '') || ' ' || coalesce("description", ''))
) STORED;
ALTER TABLE "organizations" ADD COLUMN "search_text" text NOT NULL GENERATED ALWAYS AS (
  tieline_fold("name" || ' ' || coalesce("description", ''))
) STORED;
CREATE INDEX "contacts_search_idx" ON "contacts" USING gin ("crm_group_id", "search_text" gin_trgm_ops);
CREATE INDEX "organizations_search_idx" ON "organizations" USING gin ("crm_group_id", "search_text" gin_trgm_ops);

-- Paths are matched without case, as GitLab matches them; they are not unique, since a path can be used again.
CREATE INDEX "groups_lower_full_path_idx" ON "groups" (lower("full_path"));
CREATE INDEX "projects_lower_full_path_idx" ON "projects" (lower("full_path"));

-- GitLab's limits (characters).
ALTER TABLE "contacts"
  ADD CONSTRAINT "contacts_first_name_check" CHECK (char_length("first_name") BETWEEN 1 AND 255),
  ADD CONSTRAINT "contacts_last_name_check" CHECK (char_length("last_name") BETWEEN 1 AND 255),
  ADD CONSTRAINT "contacts_email_check" CHECK (char_length("email") BETWEEN 3 AND 255),
  ADD CONSTRAINT "contacts_phone_check" CHECK (char_length("phone") BETWEEN 1 AND 32),
  ADD CONSTRAINT "contacts_description_check" CHECK (char_length("description") BETWEEN 1 AND 1024),
  ADD CONSTRAINT "contacts_version_check" CHECK ("version" > 0);
ALTER TABLE "organizations"
  ADD CONSTRAINT "organizations_name_check" CHECK (char_length("name") BETWEEN 1 AND 255),
  ADD CONSTRAINT "organizations_description_check" CHECK (char_length("description") BETWEEN 1 AND 1024),
  ADD CONSTRAINT "organizations_version_check" CHECK ("version" > 0);
ALTER TABLE "issues" ADD CONSTRAINT "issues_state_check" CHECK ("state" IN ('opened', 'closed'));
ALTER TABLE "identities" ADD CONSTRAINT "identities_method_check" CHECK ("method" IN ('oauth', 'email'));
ALTER TABLE "transfers"
  ADD CONSTRAINT "transfers_kind_check" CHECK ("kind" IN ('issue', 'project', 'group')),
  ADD CONSTRAINT "transfers_state_check" CHECK ("state" IN ('held', 'applied', 'left_behind', 'superseded', 'failed'));
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_state_check" CHECK ("state" IN ('pending', 'done', 'failed'));
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_state_check" CHECK ("state" IN ('pending', 'sent', 'failed'));

-- Claiming looks only at what is still to do; these stay small however long the ledger grows.
CREATE INDEX "deliveries_pending_idx" ON "deliveries" ("run_at", "id") WHERE "state" = 'pending';
CREATE INDEX "outbox_pending_idx" ON "outbox" ("lane", "id") WHERE "state" = 'pending';
-- A lane rests while one of its messages, sent ones included, holds a lease: that carries the gap between two sends.
CREATE INDEX "outbox_lane_lease_idx" ON "outbox" ("lane", "lease_until") WHERE "lease_until" IS NOT NULL;
-- What failed for good is counted by every health check.
CREATE INDEX "deliveries_failed_idx" ON "deliveries" ("id") WHERE "state" = 'failed';
CREATE INDEX "outbox_failed_idx" ON "outbox" ("id") WHERE "state" = 'failed';

-- A held transfer of one group is looked for whenever something below it is touched.
CREATE INDEX "transfers_held_idx" ON "transfers" ("kind", "subject_id") WHERE "state" = 'held';
