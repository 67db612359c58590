-- What the subject was called before it moved: those it left know it by that name.
ALTER TABLE "transfers" ADD COLUMN "former_path" TEXT;

-- One waiting transfer for one group and pair of crm groups, however many notices of the move come at once.
CREATE UNIQUE INDEX "transfers_one_held_key" ON "transfers" ("crm_group_id", "kind", "subject_id", "to_crm_group_id")
  WHERE "state" = 'held';

-- A button names a transfer by its number alone.
CREATE INDEX "transfers_id_idx" ON "transfers"("id");
