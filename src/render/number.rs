//! Numbers as a reader writes them.

/// A whole number with its thousands separated: `13,860`. Stored numbers may be anything.
pub fn number(value: f64) -> String {
    if !value.is_finite() || value.abs() >= 1e15 || value.fract() != 0.0 {
        return value.to_string();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and smaller than 10^15"
    )]
    let digits = (value.abs() as u64).to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 {
        format!("-{grouped}")
    } else {
        grouped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(1_234_567.0), "1,234,567");
        assert_eq!(number(-12.0), "-12");
        assert_eq!(number(0.5), "0.5");
    }
}
