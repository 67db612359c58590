-- Who acted, by the name they had then: it can be read without GitLab, and stays when the account is gone.
ALTER TABLE "audit_log" ADD COLUMN "actor_username" TEXT;
