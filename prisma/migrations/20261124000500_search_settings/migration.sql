-- Each setting that a function changes is put in place and taken back at every call, and these are called within
-- searches that take less time than that. The one that decides stays; the generic plan comes from the function around.
ALTER FUNCTION tieline_contacts_holding(bigint,text,text,text[],text[],integer) RESET plan_cache_mode;
ALTER FUNCTION tieline_contacts_holding(bigint,text,text,text[],text[],integer) RESET enable_seqscan;
ALTER FUNCTION tieline_contacts_holding(bigint,text,text,text[],text[],integer) RESET enable_indexscan;
ALTER FUNCTION tieline_organizations_holding(bigint,text,text[],text[]) RESET plan_cache_mode;
ALTER FUNCTION tieline_organizations_holding(bigint,text,text[],text[]) RESET enable_seqscan;
ALTER FUNCTION tieline_organizations_holding(bigint,text,text[],text[]) RESET enable_indexscan;
ALTER FUNCTION tieline_inactive_holding(bigint,boolean,text,text[],integer) RESET plan_cache_mode;
ALTER FUNCTION tieline_inactive_holding(bigint,boolean,text,text[],integer) RESET enable_seqscan;
ALTER FUNCTION tieline_inactive_holding(bigint,boolean,text,text[],integer) RESET enable_indexscan;
