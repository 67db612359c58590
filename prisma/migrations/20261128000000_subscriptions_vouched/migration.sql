-- What a channel is told goes by the rights of whoever turned it on; where nobody is known, nothing may be told.
UPDATE "subscriptions" SET "disabled_at" = now(), "disabled_reason" = 'nobody is known to have turned them on'
WHERE "disabled_at" IS NULL AND "gitlab_user_id" IS NULL;
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_vouched"
  CHECK ("disabled_at" IS NOT NULL OR "gitlab_user_id" IS NOT NULL);
