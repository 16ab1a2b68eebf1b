-- Regions of 32,768 issues beside the segments: a rare word is looked for in a few of them, where each of hundreds of segments had
-- to be asked.
DROP INDEX "issue_search_segment_vector_idx";
CREATE INDEX "issue_search_segment_vector_idx" ON "issue_search"
    USING gin ((("workspace_id"::bigint << 32) | ("number" >> 11)), (("workspace_id"::bigint << 32) | ("number" >> 15)), "vector")
    WITH (fastupdate = off);
