-- These functions tell the planner that rows are dear, so that it asks the indexes. A server with LLVM takes such a cost
-- for a long query and compiles it to machine code at every call, which takes longer than the search.
ALTER FUNCTION "tieline_contacts_holding"(bigint, text, text, text[], text[], integer) SET jit = off;
ALTER FUNCTION "tieline_inactive_holding"(bigint, boolean, text, text, text[], integer) SET jit = off;
ALTER FUNCTION "tieline_organizations_holding"(bigint, text, text, text[], text[]) SET jit = off;
ALTER FUNCTION "tieline_search_near"(bigint, text[], boolean, boolean, boolean, integer, text, bigint, integer) SET jit = off;
