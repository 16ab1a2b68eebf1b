-- What `@name` is looked up by, as src/shared/mentions/people.ts writes it; Prisma's schema has no words for expressions.
CREATE INDEX "users_handle_idx" ON "users" (lower(coalesce("username", replace("name", ' ', ''))));
