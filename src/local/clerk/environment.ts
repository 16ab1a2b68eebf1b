import type { Instance } from './instance.ts'
import { PASSWORD_LENGTH } from './users.ts'

/**
 * The instance's settings as its components read them: sign-in by e-mail address and password or with Discord, no sign-ups
 * (accounts are seeded), one session a browser, nothing that would need an e-mail or a service elsewhere.
 */
export function presentEnvironment(instance: Instance) {
  return {
    object: 'environment',
    id: instance.data.id,
    maintenance_mode: false,
    client_debug_mode: false,
    partitioned_cookies: false,
    auth_config: {
      object: 'auth_config',
      id: 'aac_local',
      single_session_mode: true,
      reverification: false,
      claimed_at: null,
      preferred_channels: {},
      session_minter: false,
    },
    display_config: displayConfig,
    user_settings: userSettings,
    organization_settings: {
      enabled: false,
      max_allowed_memberships: 1,
      force_organization_selection: false,
      actions: { admin_delete: false },
      domains: { enabled: false, enrollment_modes: [], default_role: null },
      slug: { disabled: true },
      organization_creation_defaults: { enabled: false },
    },
    commerce_settings: {
      billing: {
        stripe_publishable_key: null,
        organization: { enabled: false, has_paid_plans: false },
        user: { enabled: false, has_paid_plans: false },
      },
    },
    api_keys_settings: { user_api_keys_enabled: false, orgs_api_keys_enabled: false },
    protect_config: { object: 'protect_config', id: 'pc_local' },
  }
}

const displayConfig = {
  object: 'display_config',
  id: 'dc_local',
  instance_environment_type: 'development',
  application_name: 'Snag (local)',
  theme: { buttons: {}, general: {}, accounts: {} },
  preferred_sign_in_strategy: 'password',
  branded: false,
  show_devmode_warning: true,
  captcha_public_key: null,
  captcha_public_key_invisible: null,
  captcha_widget_type: 'invisible',
  captcha_provider: 'turnstile',
  captcha_oauth_bypass: [],
  captcha_heartbeat: false,
  home_url: '',
  sign_in_url: '',
  sign_up_url: '',
  user_profile_url: '',
  after_sign_in_url: '',
  after_sign_up_url: '',
  after_sign_out_all_url: '',
  after_sign_out_one_url: '',
  after_switch_session_url: '',
  organization_profile_url: '',
  create_organization_url: '',
  after_leave_organization_url: '',
  after_create_organization_url: '',
  logo_image_url: '',
  favicon_image_url: '',
  support_email: '',
  terms_url: '',
  privacy_policy_url: '',
  waitlist_url: '',
  after_join_waitlist_url: '',
}

const unused = {
  enabled: false,
  required: false,
  verifications: [],
  used_for_first_factor: false,
  first_factors: [],
  used_for_second_factor: false,
  second_factors: [],
  verify_at_sign_up: false,
}

const userSettings = {
  attributes: {
    // Immutable: another address would have to be verified by a mail that nobody sends here.
    email_address: { ...unused, enabled: true, required: true, immutable: true, used_for_first_factor: true },
    first_name: { ...unused, enabled: true },
    last_name: { ...unused, enabled: true },
    password: { ...unused, enabled: true, required: true },
    phone_number: unused,
    username: unused,
    web3_wallet: unused,
    authenticator_app: unused,
    backup_code: unused,
    passkey: unused,
    ticket: unused,
  },
  social: {
    oauth_discord: {
      enabled: true,
      required: false,
      authenticatable: true,
      strategy: 'oauth_discord',
      name: 'Discord',
      logo_url: null,
      not_selectable: false,
      block_email_subaddresses: false,
      deprecated: false,
    },
  },
  actions: { delete_self: true, create_organization: false, create_organizations_limit: null },
  sign_in: { second_factor: { required: false, enabled: false } },
  sign_up: {
    mode: 'restricted',
    allowlist_only: false,
    progressive: true,
    captcha_enabled: false,
    captcha_widget_type: 'invisible',
    custom_action_required: false,
    legal_consent_enabled: false,
    mfa: { required: false },
  },
  restrictions: {},
  password_settings: {
    disable_hibp: true,
    min_length: PASSWORD_LENGTH.min,
    max_length: PASSWORD_LENGTH.max,
    require_special_char: false,
    require_numbers: false,
    require_lowercase: false,
    require_uppercase: false,
    show_zxcvbn: false,
    min_zxcvbn_strength: 0,
    allowed_special_characters: '',
  },
  passkey_settings: { allow_autofill: false, show_sign_in_button: false },
  saml: { enabled: false },
  enterprise_sso: { enabled: false, self_serve_sso: false, self_serve_directory_sync: false },
  username_settings: { min_length: 4, max_length: 64 },
  attack_protection: { enumeration_protection: { enabled: false } },
}
