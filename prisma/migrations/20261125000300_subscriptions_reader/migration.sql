-- Who turned notices on, as GitLab knows them: what goes to them in person is what they may still see, and not what they
-- did themselves. Not known of subscriptions made before.
ALTER TABLE "subscriptions" ADD COLUMN "gitlab_user_id" BIGINT;
