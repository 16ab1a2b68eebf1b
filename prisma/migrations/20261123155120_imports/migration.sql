-- CreateEnum
CREATE TYPE "import_format" AS ENUM ('snag', 'github', 'csv');

-- CreateEnum
CREATE TYPE "import_state" AS ENUM ('queued', 'running', 'done', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "imports" (
    "workspace_id" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "created_by_id" UUID NOT NULL,
    "format" "import_format" NOT NULL,
    "source" TEXT NOT NULL,
    "trusted" BOOLEAN NOT NULL,
    "own" BOOLEAN NOT NULL,
    "identities" TEXT[],
    "state" "import_state" NOT NULL,
    "step" TEXT NOT NULL,
    "after_rank" BIGINT NOT NULL DEFAULT 0,
    "after_ordinal" INTEGER NOT NULL DEFAULT 0,
    "first_number" INTEGER,
    "next_number" INTEGER,
    "keeps_numbers" BOOLEAN NOT NULL DEFAULT false,
    "source_last_number" INTEGER,
    "total" INTEGER NOT NULL,
    "handled" INTEGER NOT NULL DEFAULT 0,
    "issues" INTEGER NOT NULL DEFAULT 0,
    "comments" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "adjusted" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "import_records" (
    "workspace_id" INTEGER NOT NULL,
    "import_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "rank" BIGINT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "external_id" TEXT NOT NULL,
    "parent_id" TEXT,
    "refs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "record" JSON NOT NULL,
    "target" INTEGER,
    "target_id" UUID,
    "known" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "import_records_pkey" PRIMARY KEY ("workspace_id","import_id","kind","external_id")
);

-- CreateTable
CREATE TABLE "import_items" (
    "workspace_id" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "import_id" UUID NOT NULL,
    "issue_number" INTEGER NOT NULL,
    "comment_id" UUID,

    CONSTRAINT "import_items_pkey" PRIMARY KEY ("workspace_id","source","external_id")
);

-- CreateTable
CREATE TABLE "import_notes" (
    "workspace_id" INTEGER NOT NULL,
    "import_id" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "import_notes_pkey" PRIMARY KEY ("workspace_id","import_id","id")
);

-- CreateTable
CREATE TABLE "placeholders" (
    "workspace_id" INTEGER NOT NULL,
    "identity" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "placeholders_pkey" PRIMARY KEY ("workspace_id","identity")
);

-- CreateIndex
CREATE INDEX "imports_created_by_id_idx" ON "imports"("created_by_id");

-- CreateIndex
CREATE INDEX "import_records_workspace_id_import_id_kind_rank_ordinal_idx" ON "import_records"("workspace_id", "import_id", "kind", "rank", "ordinal");

-- CreateIndex
CREATE INDEX "import_items_workspace_id_import_id_issue_number_idx" ON "import_items"("workspace_id", "import_id", "issue_number");

-- CreateIndex
CREATE UNIQUE INDEX "placeholders_user_id_key" ON "placeholders"("user_id");

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placeholders" ADD CONSTRAINT "placeholders_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placeholders" ADD CONSTRAINT "placeholders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
