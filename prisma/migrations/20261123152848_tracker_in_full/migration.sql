-- CreateEnum
CREATE TYPE "priority" AS ENUM ('none', 'low', 'medium', 'high', 'urgent');

-- AlterTable
ALTER TABLE "events" ADD COLUMN     "subject_id" UUID;

-- AlterTable
ALTER TABLE "issues" ADD COLUMN     "assignee_id" UUID,
ADD COLUMN     "comments" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "duplicate_of" INTEGER,
ADD COLUMN     "hidden_at" TIMESTAMPTZ(3),
ADD COLUMN     "locked" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "priority" "priority" NOT NULL DEFAULT 'none',
ADD COLUMN     "votes" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "labels" ADD COLUMN     "description" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "comments" (
    "workspace_id" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "issue_number" INTEGER NOT NULL,
    "author_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "hidden_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "comments_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "votes" (
    "workspace_id" INTEGER NOT NULL,
    "issue_number" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "votes_pkey" PRIMARY KEY ("workspace_id","issue_number","user_id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "workspace_id" INTEGER NOT NULL,
    "issue_number" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "muted" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("workspace_id","issue_number","user_id")
);

-- CreateTable
CREATE TABLE "issue_references" (
    "workspace_id" INTEGER NOT NULL,
    "from_number" INTEGER NOT NULL,
    "source_id" UUID NOT NULL,
    "to_number" INTEGER NOT NULL,

    CONSTRAINT "issue_references_pkey" PRIMARY KEY ("workspace_id","from_number","source_id","to_number")
);

-- CreateTable
CREATE TABLE "mentions" (
    "workspace_id" INTEGER NOT NULL,
    "issue_number" INTEGER NOT NULL,
    "source_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "mentions_pkey" PRIMARY KEY ("workspace_id","issue_number","source_id","user_id")
);

-- CreateTable
CREATE TABLE "blocks" (
    "workspace_id" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "by_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "blocks_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateIndex
CREATE INDEX "comments_workspace_id_issue_number_id_idx" ON "comments"("workspace_id", "issue_number", "id");

-- CreateIndex
CREATE INDEX "comments_workspace_id_author_id_id_idx" ON "comments"("workspace_id", "author_id", "id");

-- CreateIndex
CREATE INDEX "comments_workspace_id_deleted_at_idx" ON "comments"("workspace_id", "deleted_at");

-- CreateIndex
CREATE INDEX "votes_workspace_id_user_id_issue_number_idx" ON "votes"("workspace_id", "user_id", "issue_number");

-- CreateIndex
CREATE INDEX "subscriptions_workspace_id_user_id_issue_number_idx" ON "subscriptions"("workspace_id", "user_id", "issue_number");

-- CreateIndex
CREATE INDEX "issue_references_workspace_id_to_number_from_number_idx" ON "issue_references"("workspace_id", "to_number", "from_number");

-- CreateIndex
CREATE INDEX "mentions_workspace_id_user_id_issue_number_idx" ON "mentions"("workspace_id", "user_id", "issue_number");

-- CreateIndex
CREATE INDEX "blocks_user_id_idx" ON "blocks"("user_id");

-- CreateIndex
CREATE INDEX "issues_workspace_id_assignee_id_number_idx" ON "issues"("workspace_id", "assignee_id", "number");

-- CreateIndex
CREATE INDEX "issues_workspace_id_priority_number_idx" ON "issues"("workspace_id", "priority", "number");

-- CreateIndex
CREATE INDEX "issues_workspace_id_updated_at_number_idx" ON "issues"("workspace_id", "updated_at", "number");

-- CreateIndex
CREATE INDEX "issues_workspace_id_votes_number_idx" ON "issues"("workspace_id", "votes", "number");

-- CreateIndex
CREATE INDEX "issues_workspace_id_comments_number_idx" ON "issues"("workspace_id", "comments", "number");

-- CreateIndex
CREATE INDEX "issues_workspace_id_duplicate_of_idx" ON "issues"("workspace_id", "duplicate_of");

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_workspace_id_duplicate_of_fkey" FOREIGN KEY ("workspace_id", "duplicate_of") REFERENCES "issues"("workspace_id", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "comments" ADD CONSTRAINT "comments_workspace_id_issue_number_fkey" FOREIGN KEY ("workspace_id", "issue_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "comments" ADD CONSTRAINT "comments_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "votes" ADD CONSTRAINT "votes_workspace_id_issue_number_fkey" FOREIGN KEY ("workspace_id", "issue_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "votes" ADD CONSTRAINT "votes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_workspace_id_issue_number_fkey" FOREIGN KEY ("workspace_id", "issue_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issue_references" ADD CONSTRAINT "issue_references_workspace_id_from_number_fkey" FOREIGN KEY ("workspace_id", "from_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issue_references" ADD CONSTRAINT "issue_references_workspace_id_to_number_fkey" FOREIGN KEY ("workspace_id", "to_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mentions" ADD CONSTRAINT "mentions_workspace_id_issue_number_fkey" FOREIGN KEY ("workspace_id", "issue_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mentions" ADD CONSTRAINT "mentions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_by_id_fkey" FOREIGN KEY ("by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
