import type { CommandOption } from './commands.ts'
import type { Entry } from './option-values.ts'

interface OptionPillProps {
  option: CommandOption
  entry: Entry | undefined
  problem: string | undefined
  /** The list of suggestions that belongs to the field while it has the focus. */
  list: { expanded: boolean; id: string; activeId: string | undefined }
  onFocus: () => void
  onEnter: (text: string) => void
}

/** One option of a command, as it stands in the composer. */
export function OptionPill({ option, entry, problem, list, onFocus, onEnter }: OptionPillProps) {
  const text = entry?.text ?? ''
  return (
    <label className="pill" data-invalid={problem !== undefined}>
      <span className="pill__name">{option.name}</span>
      <input
        className="pill__text"
        data-option={option.name}
        data-picked={entry?.picked !== undefined}
        role="combobox"
        aria-invalid={problem !== undefined}
        aria-required={option.required ?? false}
        aria-autocomplete="list"
        aria-expanded={list.expanded}
        aria-controls={list.id}
        aria-activedescendant={list.activeId}
        autoComplete="off"
        // Browsers that cannot size a field by its content take its width from here.
        size={Math.max(3, text.length)}
        value={text}
        onFocus={onFocus}
        onChange={(event) => onEnter(event.target.value)}
      />
    </label>
  )
}
