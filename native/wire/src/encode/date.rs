//! The `date` field line (RFC 9110, 6.6.1).

const DAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
const MONTHS: [&[u8; 3]; 12] = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

const EMPTY: [u8; 37] = *b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

/// The `date` field line, made once for each second.
#[derive(Debug)]
pub struct DateLine {
    second: u64,
    line: [u8; 37],
}

impl Default for DateLine {
    fn default() -> Self {
        DateLine::new()
    }
}

impl DateLine {
    /// A line that is made when it is first asked for.
    pub const fn new() -> Self {
        DateLine { second: 0, line: EMPTY }
    }

    /// The line of a moment, given in seconds since 1970, up to the year 9999; with its CR LF.
    ///
    /// # Examples
    ///
    /// ```
    /// use armature_wire::encode::DateLine;
    /// assert_eq!(DateLine::new().line(784_111_777), b"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    /// ```
    pub fn line(&mut self, second: u64) -> &[u8; 37] {
        if second != self.second {
            self.second = second;
            self.line = make_line(second);
        }
        &self.line
    }
}

fn make_line(second: u64) -> [u8; 37] {
    let (days, of_day) = (second / 86_400, second % 86_400);
    let (year, month, day) = civil(days);
    let mut line = EMPTY;
    line[6..9].copy_from_slice(DAYS[(days % 7) as usize]);
    put_two(&mut line, 11, day);
    line[14..17].copy_from_slice(MONTHS[month as usize - 1]);
    put_two(&mut line, 18, year / 100 % 100);
    put_two(&mut line, 20, year % 100);
    put_two(&mut line, 23, of_day / 3600);
    put_two(&mut line, 26, of_day / 60 % 60);
    put_two(&mut line, 29, of_day % 60);
    line
}

fn put_two(line: &mut [u8; 37], at: usize, value: u64) {
    line[at] = b'0' + (value / 10) as u8;
    line[at + 1] = b'0' + (value % 10) as u8;
}

/// Year, month and day of a number of days since 1970, counted in eras of 400 years that begin in March, so that a leap day is the
/// last of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (400 * era + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{DateLine, civil};

    fn text(second: u64) -> String {
        String::from_utf8_lossy(DateLine::new().line(second)).trim_end().to_owned()
    }

    #[test]
    fn known_moments() {
        assert_eq!(text(0), "date: Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(text(951_782_400), "date: Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(text(1_709_251_199), "date: Thu, 29 Feb 2024 23:59:59 GMT");
        assert_eq!(text(1_709_251_200), "date: Fri, 01 Mar 2024 00:00:00 GMT");
        assert_eq!(text(4_107_542_400), "date: Mon, 01 Mar 2100 00:00:00 GMT");
        assert_eq!(text(253_402_300_799), "date: Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        // Miri would take hours for all of them.
        let last = if cfg!(miri) { 2_000 } else { 200_000 };
        for days in 0..last {
            assert_eq!(civil(days), (year, month, day));
            day += 1;
            if day > length_of(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    fn length_of(year: u64, month: u64) -> u64 {
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        match month {
            2 => 28 + u64::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    #[test]
    fn a_line_is_made_again_when_the_second_is_over() {
        let mut line = DateLine::new();
        assert_eq!(line.line(1), b"date: Thu, 01 Jan 1970 00:00:01 GMT\r\n");
        assert_eq!(line.line(1), b"date: Thu, 01 Jan 1970 00:00:01 GMT\r\n");
        assert_eq!(line.line(2), b"date: Thu, 01 Jan 1970 00:00:02 GMT\r\n");
        assert_eq!(line.line(0), b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    }
}
