-- How many inactive contacts or organizations hold every word; stops counting at `enough`. A short walk finds out whether
-- the words are common, where one along all inactive rows fills up soon; `is_rare` says that the indexes do better.
DROP FUNCTION "tieline_count_inactive"(bigint, text[], boolean, boolean, integer);
CREATE FUNCTION "tieline_count_inactive"(
  "crm_group" bigint, "typed" text[], "of_contacts" boolean, "of_organizations" boolean, "enough" integer,
  "is_rare" boolean
) RETURNS integer
  LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
  AS $$
DECLARE
  walk CONSTANT integer := 60;
  words text[] := tieline_words(typed);
  hold text[] := tieline_patterns(words, '%');
  probe text[];
  first_word text := coalesce(words[1], '') COLLATE "C";
  straight boolean := is_rare AND cardinality(words) > 0;
  total integer := 0;
  seen integer := walk;
  fit integer := 0;
BEGIN
  IF of_organizations THEN
    IF NOT straight THEN
      SELECT count(*), count(*) FILTER (
        WHERE strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)) INTO seen, fit FROM (
        SELECT o.search_text FROM organizations o WHERE o.crm_group_id = crm_group AND NOT o.active
        ORDER BY o.name_key, o.id LIMIT walk) w;
    END IF;
    IF seen = walk AND fit < enough THEN
      probe := tieline_probes(words);
      fit := tieline_inactive_holding(crm_group, false, coalesce(probe[1], '%'), probe[2], hold, enough);
    END IF;
    total := fit;
  END IF;
  IF NOT of_contacts OR total >= enough THEN RETURN least(total, enough); END IF;
  seen := walk;
  fit := 0;
  IF NOT straight THEN
    SELECT count(*), count(*) FILTER (
        WHERE strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)) INTO seen, fit FROM (
      SELECT c.search_text FROM contacts c WHERE c.crm_group_id = crm_group AND NOT c.active
      ORDER BY c.last_key, c.id LIMIT walk) w;
  END IF;
  IF seen = walk AND total + fit < enough THEN
    probe := coalesce(probe, tieline_probes(words));
    fit := tieline_inactive_holding(crm_group, true, coalesce(probe[1], '%'), probe[2], hold, enough);
  END IF;
  RETURN least(total + fit, enough);
END $$;
