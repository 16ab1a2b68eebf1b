-- Names that differ in case only were different labels until now: the later ones are told apart by the end of their id.
UPDATE "labels" SET "name" = left("labels"."name", 35) || ' ' || right("labels"."id"::text, 4)
FROM (
  SELECT "workspace_id", "id", row_number() OVER (PARTITION BY "workspace_id", lower("name") ORDER BY "id") AS rank
  FROM "labels") doubled
WHERE doubled."workspace_id" = "labels"."workspace_id" AND doubled."id" = "labels"."id" AND doubled.rank > 1;

-- To a person they are one name. Prisma cannot express an index of an expression.
CREATE UNIQUE INDEX "labels_workspace_id_lower_name_key" ON "labels"("workspace_id", lower("name"));
