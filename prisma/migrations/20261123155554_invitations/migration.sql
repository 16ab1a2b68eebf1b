-- CreateTable
CREATE TABLE "invitations" (
    "workspace_id" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "role" "role" NOT NULL,
    "created_by_id" UUID NOT NULL,
    "max_uses" INTEGER NOT NULL,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
-- Prisma cannot express the condition. Spam is rare: ordinary issues are not written into this index.
CREATE INDEX "issues_hidden_idx" ON "issues"("workspace_id", "number") WHERE "hidden_at" IS NOT NULL;

-- Nor expressions. People are found by how their name or username begins, whatever the case; compared byte by byte, what
-- begins alike stands together in any database.
CREATE INDEX "users_name_idx" ON "users"(lower("name") text_pattern_ops);
CREATE INDEX "users_username_idx" ON "users"(lower("username") text_pattern_ops) WHERE "username" IS NOT NULL;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
