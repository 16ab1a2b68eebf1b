-- CreateIndex
-- Prisma cannot express the condition. An event without a position is looked for by nobody here, and so need not be
-- written into this index when it is inserted, only once, when the relay gives it its position.
CREATE INDEX "events_workspace_id_position_idx" ON "events"("workspace_id", "position") WHERE "position" IS NOT NULL;
