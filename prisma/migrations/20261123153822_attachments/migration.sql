-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "secret" BYTEA;

-- CreateTable
CREATE TABLE "attachments" (
    "workspace_id" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "issue_number" INTEGER NOT NULL,
    "comment_id" UUID,
    "uploader_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" BYTEA NOT NULL,
    "storage_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attachments_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "attachments_workspace_id_issue_number_id_idx" ON "attachments"("workspace_id", "issue_number", "id");

-- CreateIndex
CREATE INDEX "attachments_workspace_id_uploader_id_id_idx" ON "attachments"("workspace_id", "uploader_id", "id");

-- CreateIndex
CREATE INDEX "attachments_workspace_id_comment_id_idx" ON "attachments"("workspace_id", "comment_id");

-- CreateIndex
CREATE UNIQUE INDEX "attachments_workspace_id_storage_key_key" ON "attachments"("workspace_id", "storage_key");

-- AddForeignKey
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_workspace_id_issue_number_fkey" FOREIGN KEY ("workspace_id", "issue_number") REFERENCES "issues"("workspace_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_workspace_id_comment_id_fkey" FOREIGN KEY ("workspace_id", "comment_id") REFERENCES "comments"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_uploader_id_fkey" FOREIGN KEY ("uploader_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
