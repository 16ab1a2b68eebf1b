import { DropdownMenu } from 'radix-ui'
import type { ClientAccount } from '#local/discord/client-api.ts'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icons.tsx'
import type { Theme } from '../theme.ts'

interface AccountSwitcherProps {
  accounts: ClientAccount[]
  account: ClientAccount
  theme: Theme
  onSwitch: (account: ClientAccount) => void
  onToggleTheme: () => void
}

/** Who one is just now, and who else one could be. */
export function AccountSwitcher({ accounts, account, theme, onSwitch, onToggleTheme }: AccountSwitcherProps) {
  const otherTheme = theme === 'dark' ? 'light' : 'dark'
  return (
    <div className="account">
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="account__button"
          aria-label={`You are ${account.globalName}. Switch account`}
        >
          <Avatar name={account.globalName} url={account.avatarUrl} size={32} online />
          <span className="account__words">
            <strong>{account.globalName}</strong>
            <small>{account.about}</small>
          </span>
          <Icon name="chevron" size={16} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            className="account__menu"
            side="top"
            align="start"
            sideOffset={8}
            collisionPadding={8}
          >
            <DropdownMenu.Label className="account__menu-title">Who do you want to be?</DropdownMenu.Label>
            <DropdownMenu.RadioGroup
              value={account.id}
              onValueChange={(id) => {
                const next = accounts.find((other) => other.id === id)
                if (next) onSwitch(next)
              }}
            >
              {accounts.map((each) => (
                <DropdownMenu.RadioItem key={each.id} value={each.id} className="account__choice">
                  <Avatar name={each.globalName} url={each.avatarUrl} size={32} />
                  <span className="account__words">
                    <strong>{each.globalName}</strong>
                    <small>{each.about}</small>
                  </span>
                  <DropdownMenu.ItemIndicator>
                    <Icon name="check" size={18} />
                  </DropdownMenu.ItemIndicator>
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <button
        type="button"
        className="icon-button"
        aria-label={`Switch to the ${otherTheme} theme`}
        title={`Switch to the ${otherTheme} theme`}
        onClick={onToggleTheme}
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
    </div>
  )
}
