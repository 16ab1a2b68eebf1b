-- What an import brings makes its tables grow faster than PostgreSQL's statistics do. It then took this index, which went through
-- all that a workspace had imported, for one as good as the key. Without the workspace there is nothing to choose.
DROP INDEX "import_items_workspace_id_import_id_issue_number_idx";
CREATE INDEX "import_items_import_id_issue_number_idx" ON "import_items"("import_id", "issue_number");
