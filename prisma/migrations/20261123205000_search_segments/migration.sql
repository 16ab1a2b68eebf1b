-- Segments of 2,048 issues instead of 8,192: of a common word, some hundred matches are had at once instead of thousands, and a look
-- for a rare one is cheap.
DROP INDEX "issue_search_segment_vector_idx";
CREATE INDEX "issue_search_segment_vector_idx" ON "issue_search"
    USING gin ((("workspace_id"::bigint << 32) | ("number" >> 11)), "vector") WITH (fastupdate = off);
