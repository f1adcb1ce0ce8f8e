//! What a redaction rule takes out, in the reader's language: the name of a rule is for programs.

use super::Words;

/// Gives what the values are that a rule takes out; `None` where its name alone has to tell, as that of a user's own
/// pattern.
///
/// A rule of a service ends with what the service calls its secret: `github-token`, `stripe-key`.
pub fn kind_of(rule: &str, words: &Words) -> Option<&'static str> {
    Some(match rule {
        "named-secret" => words.rule_named,
        "redact-term" => words.rule_term,
        "path" => words.rule_path,
        "user-name" | "account-name" => words.rule_person,
        "host-name" => words.rule_host,
        "ip-address" => words.rule_address,
        "private-key" | "private-key-base64" | "putty-private-key" => words.rule_private_key,
        "cookie" | "set-cookie" => words.rule_cookie,
        "mnemonic" | "recovery-codes" => words.rule_recovery,
        "jwt" | "paseto" | "oauth-code" | "authorization-header" => words.rule_token,
        "signed-url" => words.rule_signature,
        "form-field" | "typed-into-field" => words.rule_field,
        "password-file" | "npmrc-auth" | "docker-config-auth" | "auth-user-pass" => {
            words.rule_password
        }
        _ => match rule.rsplit('-').next()? {
            "token" | "session" => words.rule_token,
            "key" => words.rule_key,
            "password" => words.rule_password,
            "hash" => words.rule_hash,
            "secret" | "credential" => words.rule_credential,
            "webhook" => words.rule_webhook,
            "signature" => words.rule_signature,
            "argument" => words.rule_argument,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;
    use crate::options::Locale;

    #[test]
    fn a_rule_is_called_by_what_it_takes_out() {
        let english = words(Locale::English);
        for (rule, expected) in [
            ("github-token", Some("access token")),
            ("stripe-key", Some("key")),
            ("named-secret", Some("named as a secret")),
            ("order-number", None),
        ] {
            assert_eq!(kind_of(rule, english), expected, "{rule}");
        }
        assert_eq!(
            kind_of("url-password", words(Locale::Chinese)),
            Some("密码")
        );
    }
}
