-- An API's global id names a contact or an organization without its crm group.
CREATE INDEX "contacts_id_idx" ON "contacts"("id");
CREATE INDEX "organizations_id_idx" ON "organizations"("id");
