-- AlterTable
ALTER TABLE "users" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "ended_credentials" JSONB;

-- CreateTable
CREATE TABLE "clerk_messages" (
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "clerk_messages_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "clerk_messages_received_at_idx" ON "clerk_messages"("received_at");
