import type { IssueChange } from '#shared/issues/schema.ts'

/**
 * Something to do, and the operation that does it: each door has its own way there, or none. “It” is an issue that is
 * there.
 */
export const operationOf = {
  'read it': 'getIssue',
  'list issues': 'listIssues',
  'read its history': 'getHistory',
  'read what happened': 'listEvents',
  'read who changed members and settings': 'listEvents',
  'read the workspace': 'getWorkspace',
  'list labels': 'listLabels',
  'file an issue': 'createIssue',
  'change it': 'changeIssue',
  'change it with many others': 'changeIssues',
  'delete it': 'deleteIssue',
  /** It has been deleted by somebody else. */
  'restore it': 'restoreIssue',
  'list what was hidden': 'listIssues',
  'list what was deleted': 'listDeletedIssues',
  'list what they deleted themselves': 'listDeletedIssues',
  'find issues that are like one': 'findSimilarIssues',
  'see what refers to it': 'getReferences',
  'see what it is to them': 'getViewer',
  'see what they may do with it': 'getIssuePermissions',
  'see what they may do here': 'getWorkspacePermissions',
  'read what is said about it': 'listComments',
  'comment on it': 'createComment',
  'vote for it': 'vote',
  /** They have voted for it. */
  'take back their vote for it': 'unvote',
  'follow it': 'setSubscription',
  /** They follow it. */
  'follow it no more': 'removeSubscription',
  /** It is on an issue of somebody else; “who wrote it” wrote the comment. */
  'edit a comment': 'changeComment',
  'delete a comment': 'deleteComment',
  'hide a comment': 'changeComment',
  'read a comment': 'getComment',
  'see what they may do with a comment': 'getCommentPermissions',
  'read its attachments': 'listAttachments',
  'attach a file to it': 'attachFile',
  /** It was attached by the author of the issue. */
  'delete its attachment': 'deleteAttachment',
  'create a label': 'createLabel',
  'change a label': 'changeLabel',
  'delete a label': 'deleteLabel',
  'list templates': 'listTemplates',
  'create a template': 'createTemplate',
  'change a template': 'changeTemplate',
  'put the templates into an order': 'orderTemplates',
  'delete a template': 'deleteTemplate',
  'list hidden issues': 'listIssues',
  'list views': 'listViews',
  'save a view': 'createView',
  'share a view': 'createView',
  /** A shared view of the founder's; that of “who wrote it” is their own, and not shared. */
  'read a view of somebody': 'getView',
  'list what is in a view of somebody': 'listViewIssues',
  'change a view of somebody': 'changeView',
  'delete a view of somebody': 'deleteView',
  'rename the workspace': 'changeWorkspace',
  'close the workspace to strangers': 'changeWorkspace',
  'list members': 'listMembers',
  'make somebody a triager': 'setMemberRole',
  'take back the role of somebody': 'removeMember',
  'block somebody': 'blockPerson',
  'block a triager': 'blockPerson',
  'lift a block': 'unblockPerson',
  'list who is blocked': 'listBlocks',
  'invite somebody': 'createInvitation',
  'list invitations': 'listInvitations',
  'revoke an invitation': 'revokeInvitation',
  'look at an invitation': 'getInvitation',
  'accept an invitation': 'acceptInvitation',
  /** Only for those who were given a role. */
  'leave the workspace': 'removeMember',
  'read how the server is connected': 'getGuild',
  'list the servers': 'listGuilds',
  'change how the server is connected': 'changeGuild',
  'disconnect the server': 'disconnectGuild',
  /** Another server, which is connected to nothing. */
  'set up a server': 'createGuildWorkspace',
  'connect a server': 'connectGuild',
  'list webhooks': 'listWebhooks',
  'add a webhook': 'createWebhook',
  'change a webhook': 'changeWebhook',
  'delete a webhook': 'deleteWebhook',
  'rotate the secret of a webhook': 'rotateWebhookSecret',
  'ping a webhook': 'pingWebhook',
  'list what a webhook was sent': 'listDeliveries',
  'send a webhook something once more': 'redeliver',
  'export the workspace': 'exportWorkspace',
  'import issues': 'startImport',
  'list imports': 'listImports',
  /** The founder's. */
  'cancel an import': 'cancelImport',
  'see what they can claim': 'listClaimablePlaceholders',
  /** It is proven to be theirs. */
  'claim what was imported': 'claimPlaceholder',
  'list workspaces': 'listWorkspaces',
  'create a workspace': 'createWorkspace',
  'read the own account': 'getMe',
  'look up a user': 'getUser',
  'link Discord': 'linkDiscord',
  'unlink Discord': 'unlinkDiscord',
  'make an API key': 'createApiKey',
  'list the own API keys': 'listApiKeys',
  'revoke an own API key': 'revokeApiKey',
  'download what they wrote': 'exportAccount',
  'erase the own account': 'eraseAccount',
} as const

type Name = keyof typeof operationOf

/** Something to do, as data. */
export type Deed = { do: Exclude<Name, 'change it'> } | { do: 'change it'; fields: IssueChange }

/** The fields of the issue that cases change, as they are before. */
export const before = {
  title: 'As it was filed',
  description: 'Once.',
  status: 'backlog',
  labels: [],
} as const
