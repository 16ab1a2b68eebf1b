-- All three are trusted: whoever may create in the database may add them.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- Words without their accents and English endings; no word is too common to be searched for. What a word is was decided
-- before the text came here, so only words and numbers are left to configure.
CREATE TEXT SEARCH DICTIONARY snag_stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION snag (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION snag
    ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart
    WITH unaccent, snag_stem;

-- CreateTable
CREATE TABLE "issue_search" (
    "workspace_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "vector" tsvector NOT NULL,

    CONSTRAINT "issue_search_pkey" PRIMARY KEY ("workspace_id","number")
);

-- CreateTable
CREATE TABLE "search_words" (
    "workspace_id" INTEGER NOT NULL,
    -- The words that begin alike stand together in any database.
    "word" TEXT COLLATE "C" NOT NULL,
    "issues" INTEGER NOT NULL,

    CONSTRAINT "search_words_pkey" PRIMARY KEY ("workspace_id","word")
);

-- CreateTable
CREATE TABLE "search_progress" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL,

    CONSTRAINT "search_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saved_views" (
    "workspace_id" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "layout" TEXT NOT NULL,
    "group_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_views_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "saved_views_workspace_id_owner_id_id_idx" ON "saved_views"("workspace_id", "owner_id", "id");

-- Segments of 8,192 issues, newest first, are looked through until there are enough matches: neither a common word nor a
-- rare one is more work than a few of them. Without a list of what is pending, which each look would go through as well.
CREATE INDEX "issue_search_segment_vector_idx" ON "issue_search"
    USING gin ((("workspace_id"::bigint << 32) | ("number" >> 13)), "vector") WITH (fastupdate = off);

-- As an expression, because Prisma's schema cannot name it, and would drop what it does not know.
CREATE INDEX "search_words_workspace_id_trigrams_idx" ON "search_words" USING gin ("workspace_id", lower("word") gin_trgm_ops);

-- People are found by what they are called.
CREATE INDEX "users_lower_name_idx" ON "users"(lower("name"));
CREATE INDEX "users_lower_username_idx" ON "users"(lower("username"));

-- AddForeignKey
ALTER TABLE "issue_search" ADD CONSTRAINT "issue_search_workspace_id_number_fkey" FOREIGN KEY ("workspace_id", "number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "search_words" ADD CONSTRAINT "search_words_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
