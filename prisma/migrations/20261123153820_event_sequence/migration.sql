-- AlterTable
ALTER TABLE "events" ADD COLUMN     "sequence" BIGSERIAL NOT NULL;
