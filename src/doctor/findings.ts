/** What the doctor found out about one thing an operator needs. A sentence never holds a secret. */
export interface Finding {
  mark: 'ok' | 'failed' | 'skipped'
  subject: string
  /** What was found; when it failed, what to do. */
  sentence: string
}

export function ok(subject: string, sentence: string): Finding {
  return { mark: 'ok', subject, sentence }
}

export function failed(subject: string, sentence: string): Finding {
  return { mark: 'failed', subject, sentence }
}

/** Nothing to examine, or nothing that could be. */
export function skipped(subject: string, sentence: string): Finding {
  return { mark: 'skipped', subject, sentence }
}

const marks: Record<Finding['mark'], string> = { ok: '✓', failed: '✗', skipped: '–' }

export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length))
  const lines = findings.map(
    ({ mark, subject, sentence }) => `  ${marks[mark]} ${subject.padEnd(width)}  ${sentence}`,
  )
  const failures = findings.filter(({ mark }) => mark === 'failed').length
  const verdict =
    failures === 0
      ? 'Nothing is wrong.'
      : failures === 1
        ? 'One thing is wrong.'
        : `${failures} things are wrong.`
  return `\n${lines.join('\n')}\n\n  ${verdict}\n\n`
}
