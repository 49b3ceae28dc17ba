//! Values of JavaScript, as far as they are needed here.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;

use napi_sys::{Status, napi_callback, napi_callback_info, napi_env, napi_status, napi_value};

/// `None` for every status but `napi_ok`.
pub fn ok(status: napi_status) -> Option<()> {
    (status == Status::napi_ok).then_some(())
}

/// The arguments of a call and the number that its function carries.
pub struct Call<const N: usize> {
    pub env: napi_env,
    pub id: u64,
    pub arguments: [napi_value; N],
}

impl<const N: usize> Call<N> {
    /// # Safety
    /// Both come from a callback that Node calls now.
    pub unsafe fn of(env: napi_env, info: napi_callback_info) -> Option<Call<N>> {
        let mut arguments = [ptr::null_mut(); N];
        let mut count = N;
        let mut data = ptr::null_mut();
        // SAFETY: there is room for `count` arguments; those that were not passed are undefined.
        let status = unsafe {
            napi_sys::napi_get_cb_info(env, info, &raw mut count, arguments.as_mut_ptr(), ptr::null_mut(), &raw mut data)
        };
        ok(status)?;
        Some(Call { env, id: data as u64, arguments })
    }

    /// An argument that is a whole number of 32 bits.
    pub fn int(&self, at: usize) -> Option<i32> {
        let mut value = 0;
        // SAFETY: the environment and the argument are valid for the time of the call.
        ok(unsafe { napi_sys::napi_get_value_int32(self.env, self.arguments[at], &raw mut value) })?;
        Some(value)
    }

    /// An argument that is a limit; more than what fits is no limit here.
    pub fn limit(&self, at: usize) -> Option<u32> {
        let mut value = 0.0;
        // SAFETY: as above.
        ok(unsafe { napi_sys::napi_get_value_double(self.env, self.arguments[at], &raw mut value) })?;
        Some(value as u32)
    }

    /// An argument that is a number of bytes, which may be more than 32 bits hold.
    pub fn size(&self, at: usize) -> Option<u64> {
        let mut value = 0.0;
        // SAFETY: as above.
        ok(unsafe { napi_sys::napi_get_value_double(self.env, self.arguments[at], &raw mut value) })?;
        Some(value as u64)
    }

    /// An argument that is the number of a connection.
    pub fn slot(&self) -> Option<u32> {
        u32::try_from(self.int(0)?).ok()
    }

    /// An argument that is `true` or `false`.
    pub fn flag(&self, at: usize) -> Option<bool> {
        let mut value = false;
        // SAFETY: as above.
        ok(unsafe { napi_sys::napi_get_value_bool(self.env, self.arguments[at], &raw mut value) })?;
        Some(value)
    }

    /// Copies a string of one byte per character, of which the caller knows the length, behind what `out` holds.
    pub fn latin1(&self, at: usize, length: usize, out: &mut Vec<u8>) -> Option<()> {
        // Node writes a NUL behind the text.
        out.reserve(length + 1);
        let end: *mut MaybeUninit<u8> = out.spare_capacity_mut().as_mut_ptr();
        let mut written = 0;
        // SAFETY: there is room for `length` bytes and the NUL.
        ok(unsafe {
            napi_sys::napi_get_value_string_latin1(
                self.env,
                self.arguments[at],
                end.cast::<c_char>(),
                length + 1,
                &raw mut written,
            )
        })?;
        // SAFETY: so many bytes were written.
        unsafe { out.set_len(out.len() + written) };
        Some(())
    }

    /// The bytes of a `Uint8Array`.
    ///
    /// # Safety
    /// JavaScript does not run while they are used.
    pub unsafe fn bytes(&self, at: usize) -> Option<&[u8]> {
        // SAFETY: as the caller says.
        unsafe { self.bytes_mut(at) }.map(|bytes| &*bytes)
    }

    /// The bytes of a `Uint8Array`, to be changed.
    ///
    /// # Safety
    /// JavaScript does not run while they are used, and nobody else uses them.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn bytes_mut(&self, at: usize) -> Option<&mut [u8]> {
        let (data, length) = self.array(at)?;
        if length == 0 {
            return Some(&mut []);
        }
        // SAFETY: the array has `length` bytes there, and nobody changes or moves it while JavaScript does not run.
        Some(unsafe { std::slice::from_raw_parts_mut(data.cast(), length) })
    }

    /// The words of an `Int32Array`, which is not empty.
    ///
    /// # Safety
    /// JavaScript does not run while they are used, and no other reference to them is alive.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn words(&self, at: usize) -> Option<&mut [i32]> {
        let (data, length) = self.array(at)?;
        // SAFETY: the array has `length` words there, which are aligned, and the caller says that nobody else uses them.
        Some(unsafe { std::slice::from_raw_parts_mut(data.cast(), length) })
    }

    /// Where the elements of a typed array begin, and how many there are.
    fn array(&self, at: usize) -> Option<(*mut c_void, usize)> {
        let mut length = 0;
        let mut data = ptr::null_mut();
        // SAFETY: as above; what is not asked for is null.
        ok(unsafe {
            napi_sys::napi_get_typedarray_info(
                self.env,
                self.arguments[at],
                ptr::null_mut(),
                &raw mut length,
                &raw mut data,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        })?;
        Some((data, length))
    }
}

/// # Safety
/// `env` is valid.
pub unsafe fn number(env: napi_env, value: i32) -> napi_value {
    let mut result = ptr::null_mut();
    // SAFETY: as the caller says.
    unsafe { napi_sys::napi_create_int32(env, value, &raw mut result) };
    result
}

/// # Safety
/// `env` is valid.
pub unsafe fn text(env: napi_env, value: &str) -> Option<napi_value> {
    let mut result = ptr::null_mut();
    // SAFETY: the string has so many bytes.
    ok(unsafe { napi_sys::napi_create_string_utf8(env, value.as_ptr().cast(), value.len() as isize, &raw mut result) })?;
    Some(result)
}

/// Sets a member of an object.
///
/// # Safety
/// All are valid.
pub unsafe fn set(env: napi_env, object: napi_value, name: &std::ffi::CStr, value: napi_value) -> Option<()> {
    // SAFETY: as the caller says; the name ends with a NUL.
    ok(unsafe { napi_sys::napi_set_named_property(env, object, name.as_ptr(), value) })
}

/// A function that carries a number.
///
/// # Safety
/// `env` is valid.
pub unsafe fn function(env: napi_env, callback: napi_callback, id: u64) -> Option<napi_value> {
    let mut result = ptr::null_mut();
    // SAFETY: the number is never used as an address.
    ok(unsafe { napi_sys::napi_create_function(env, ptr::null(), 0, callback, id as usize as *mut c_void, &raw mut result) })?;
    Some(result)
}
