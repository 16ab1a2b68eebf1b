import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import type { FiledIssue } from '../templates/filing.ts'

interface NewIssue extends Omit<FiledIssue, 'labels'> {
  labelIds: string[]
  authorId: string
  createdAt: Date
  closedAt: Date | null
}

/**
 * Takes the next number and files the issue under it; its author follows it. Nobody else can file in this workspace
 * until the commit, so nothing is waited for in between. A label that has been deleted meanwhile is left out.
 */
export function insertIssue(
  tx: Transaction,
  workspaceId: number,
  { title, description, status, priority, assignee, labelIds, authorId, createdAt, closedAt }: NewIssue,
): void {
  tx.send(sql`
    with counted as (
      update workspaces set last_issue_number = last_issue_number + 1
      where id = ${workspaceId} returning id as workspace_id, last_issue_number as number),
    filed as (
      insert into issues (workspace_id, number, title, description, status, priority, assignee_id, author_id,
        created_at, updated_at, closed_at)
      select workspace_id, number, ${title}, ${description}, ${status}::issue_status, ${priority}::priority,
        ${assignee}::uuid, ${authorId}::uuid, ${createdAt}::timestamptz, ${createdAt}::timestamptz, ${closedAt}::timestamptz from counted),
    followed as (
      insert into subscriptions (workspace_id, issue_number, user_id, created_at)
      select workspace_id, number, ${authorId}::uuid, ${createdAt}::timestamptz from counted)
    insert into issue_labels (workspace_id, issue_number, label_id)
    select l.workspace_id, counted.number, l.id
    from counted join labels l on l.workspace_id = counted.workspace_id and l.id = any(${labelIds}::uuid[])`)
}

/** The number that this transaction has just taken: until the commit no other can be newer. */
export function newestNumber(workspaceId: number): Sql {
  return sql`(select last_issue_number from workspaces where id = ${workspaceId})`
}
