-- Groups without a webhook of their own, whose projects get one each, also those that come later.
CREATE TABLE "watched_groups" (
    "group_id" BIGINT NOT NULL,
    "full_path" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "watched_groups_pkey" PRIMARY KEY ("group_id")
);

-- Projects below them that were seen to, and why a webhook could not be put there.
CREATE TABLE "hooked_projects" (
    "project_id" BIGINT NOT NULL,
    "full_path" TEXT NOT NULL,
    "problem" TEXT,
    "tried_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "hooked_projects_pkey" PRIMARY KEY ("project_id")
);
