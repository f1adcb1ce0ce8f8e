//! Words that name a secret to a reader and are none: labels of forms, and translations of them.

/// A text longer than that is no label, in characters.
const LONGEST: usize = 120;

/// The word for password and its like, in lower case, in the languages of translations that people keep as
/// JSON. A label holds one of them.
const WORDS: &[&str] = &[
    // English, and what is borrowed from it
    "password",
    "passwords",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "api key",
    "credential",
    "login",
    "pin",
    "sign in",
    "log in",
    // German, Dutch, Danish, Norwegian, Swedish
    "passwort",
    "kennwort",
    "schlüssel",
    "geheim",
    "wachtwoord",
    "adgangskode",
    "passord",
    "lösenord",
    // French, Spanish, Portuguese, Italian, Romanian, Catalan
    "mot de passe",
    "contrase",
    "clave",
    "senha",
    "palavra-passe",
    "chiave",
    "parola",
    "contrasenya",
    "clé",
    // Polish, Czech, Slovak, Hungarian, Finnish, Turkish, Vietnamese, Indonesian
    "hasło",
    "heslo",
    "jelszó",
    "salasana",
    "şifre",
    "parola",
    "mật khẩu",
    "kata sandi",
];

/// Tells whether a text has the shape of a label: words in letters, with the signs of a sentence, that begin with a
/// capital or with a letter of another script than Latin. `Passwort`, `Enter your password`, `密码`.
pub fn has_form(text: &str) -> bool {
    // `Au moins 8 caractères`: a number has its place among words only.
    let is_of_sentence_without_blanks = |c: &char| !c.is_ascii() && c.is_alphabetic();
    let may_hold_numbers = text.split_whitespace().count() >= 4
        || text.chars().filter(is_of_sentence_without_blanks).count() >= 4;
    let is_of_sentence = |c: char| match c {
        c if c.is_ascii_digit() => may_hold_numbers,
        c if c.is_ascii() => {
            c.is_alphabetic() || c.is_whitespace() || ".,:;!?'\"()-*{}/&".contains(c)
        }
        // Marks that are written above and below letters are no letters themselves.
        _ => true,
    };
    let first = text.trim_start().chars().next();
    let begins_so = first.is_some_and(|c| c.is_uppercase() || !c.is_ascii());
    begins_so
        && text.chars().take(LONGEST + 1).count() <= LONGEST
        && text.chars().all(is_of_sentence)
}

/// Tells whether a text is a label that names a secret: it has the form of one, and either says so in a language
/// that is known, or is written in letters beyond ASCII, as few passwords are.
pub fn names_a_secret(text: &str) -> bool {
    if !has_form(text) {
        return false;
    }
    let lower = text.to_lowercase();
    text.chars().any(|c| !c.is_ascii() && !c.is_numeric())
        || WORDS.iter().any(|word| lower.contains(word))
}

/// The same for bytes of a text.
pub fn is_label(value: &[u8]) -> bool {
    std::str::from_utf8(value).is_ok_and(names_a_secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_values() {
        for label in [
            "Password",
            "Contraseña",
            "Confirm your password",
            "密码",
            "Mot de passe oublié ?",
            "API key",
        ] {
            assert!(names_a_secret(label), "{label}");
        }
        for value in [
            "correct horse battery",
            "Centipede",
            "hunter2",
            "Passw0rd!",
            "k7}Qz(w9",
            "パス1234",
        ] {
            assert!(!names_a_secret(value), "{value}");
        }
    }
}
