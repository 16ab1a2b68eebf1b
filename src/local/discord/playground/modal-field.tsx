import { ComponentType, TextInputStyle } from 'discord-api-types/v10'
import type {
  APICheckboxGroupComponent,
  APIRadioGroupComponent,
  APITextInputComponent,
} from 'discord-api-types/v10'
import { useId } from 'react'
import type { ReactNode } from 'react'
import { SelectMenu } from './components/select-menu.tsx'
import type { FieldValue, ModalField } from './modal-form.ts'

interface FieldInputProps {
  field: ModalField
  value: FieldValue
  problem: string | null
  onChange: (value: FieldValue) => void
}

/** A labelled field of a modal, with what is wrong with it written below. */
export function FieldInput({ field, value, problem, onChange }: FieldInputProps) {
  const id = useId()
  const { component, label, description } = field
  const hasInput = component.type === ComponentType.TextInput
  const isRequired = component.type !== ComponentType.Checkbox && (component.required ?? true)
  const Label = hasInput ? 'label' : 'span'
  const notes = [description && `${id}-description`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div
      className="field"
      data-field={component.custom_id}
      {...(hasInput
        ? {}
        : { role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': notes || undefined })}
    >
      <Label className="field__label" id={`${id}-label`} {...(hasInput ? { htmlFor: id } : {})}>
        {label}
        {isRequired ? (
          <span className="field__required" title="Required">
            {' '}
            *
          </span>
        ) : null}
      </Label>
      {description ? (
        <p className="field__description" id={`${id}-description`}>
          {description}
        </p>
      ) : null}
      <Input
        id={id}
        field={field}
        value={value}
        problem={problem}
        onChange={onChange}
        describedBy={notes || undefined}
      />
      {problem === null ? null : (
        <p className="field__problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

interface InputProps extends FieldInputProps {
  id: string
  describedBy: string | undefined
}

function Input({ id, field, value, problem, onChange, describedBy }: InputProps): ReactNode {
  const { component, label } = field
  const chosen = Array.isArray(value) ? value : []
  switch (component.type) {
    case ComponentType.TextInput:
      return (
        <TextInput
          id={id}
          input={component}
          value={String(value)}
          invalid={problem !== null}
          onChange={onChange}
          describedBy={describedBy}
        />
      )
    case ComponentType.RadioGroup:
      return (
        <Choices
          name={id}
          group={component}
          chosen={[String(value)]}
          onChange={([picked]) => onChange(picked ?? '')}
        />
      )
    case ComponentType.CheckboxGroup:
      return <Choices name={id} group={component} chosen={chosen} onChange={onChange} />
    case ComponentType.Checkbox:
      return (
        <label className="choice">
          <input
            type="checkbox"
            checked={value === 'true'}
            aria-label={label}
            onChange={(event) => onChange(String(event.target.checked))}
          />
          <span>{value === 'true' ? 'Yes' : 'No'}</span>
        </label>
      )
    case ComponentType.FileUpload:
      return <p className="field__note">The local Discord does not take files.</p>
    default:
      return (
        <SelectMenu
          select={component}
          values={chosen}
          onChange={onChange}
          label={label}
          invalid={problem !== null}
          describedBy={describedBy}
        />
      )
  }
}

interface TextInputProps {
  id: string
  input: APITextInputComponent
  value: string
  invalid: boolean
  describedBy: string | undefined
  onChange: (value: string) => void
}

function TextInput({ id, input, value, invalid, describedBy, onChange }: TextInputProps) {
  const isParagraph = input.style === TextInputStyle.Paragraph
  const most = input.max_length ?? 4000
  const left = most - value.length
  const shared = {
    id,
    className: 'text-input',
    value,
    placeholder: input.placeholder,
    'aria-invalid': invalid,
    'aria-required': input.required ?? true,
    'aria-describedby': describedBy,
  }
  return (
    <div className="text-input-box">
      {isParagraph ? (
        <textarea {...shared} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          {...shared}
          type="text"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {input.max_length === undefined && !isParagraph ? null : (
        <span
          className="text-input__left"
          data-over={left < 0}
          title={`${value.length} of ${most} characters`}
        >
          {left}
        </span>
      )}
    </div>
  )
}

interface ChoicesProps {
  name: string
  group: APIRadioGroupComponent | APICheckboxGroupComponent
  chosen: string[]
  onChange: (values: string[]) => void
}

function Choices({ name, group, chosen, onChange }: ChoicesProps) {
  const isRadio = group.type === ComponentType.RadioGroup
  const most = isRadio ? 1 : (group.max_values ?? group.options.length)
  const toggle = (value: string, isOn: boolean): void => {
    if (isRadio) onChange([value])
    else onChange(isOn ? [...chosen, value] : chosen.filter((other) => other !== value))
  }
  return group.options.map(({ value, label, description }) => {
    const isOn = chosen.includes(value)
    return (
      <label key={value} className="choice">
        <input
          type={isRadio ? 'radio' : 'checkbox'}
          name={name}
          checked={isOn}
          disabled={!isRadio && !isOn && chosen.length >= most}
          onChange={(event) => toggle(value, event.target.checked)}
        />
        <span>
          {label}
          {description ? <small>{description}</small> : null}
        </span>
      </label>
    )
  })
}
