-- CreateTable
CREATE TABLE "templates" (
    "workspace_id" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "title_placeholder" TEXT,
    "label_ids" UUID[],
    "priority" "priority" NOT NULL DEFAULT 'none',
    "fields" JSONB NOT NULL,

    CONSTRAINT "templates_pkey" PRIMARY KEY ("workspace_id","id")
);

-- AddForeignKey
ALTER TABLE "templates" ADD CONSTRAINT "templates_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Two names that differ in case only are one name to a person. Prisma cannot express an index of an expression.
CREATE UNIQUE INDEX "templates_workspace_id_lower_name_key" ON "templates"("workspace_id", lower("name"));
