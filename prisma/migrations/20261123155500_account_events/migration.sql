-- Prisma's schema has no partial indexes. Erasing an account looks for what its events tell of it, which are few among many.
CREATE INDEX "events_of_accounts_idx" ON "events"("actor_id") WHERE "workspace_id" IS NULL;
