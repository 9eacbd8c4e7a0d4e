/** The named access token `t1` of `u1` at zone.example.org, signed with a secret that no zone has. */
export const FOREIGN =
  'MDAxZWxvY2F00aW9uIHpvbmUuZXhhbXBsZS5vcmcKMDAyM2lkZW500aWZpZXIgMi9ubWQvdXNyLXUxL2FjdC900MQowMDJmc2lnbmF00dXJlIDu8S00cGPyagtKx02fkgP4epks2KUz5u4eSKXPGRAyjaLCg'
/** The invite of ctool's compatibility suite: a user's invitation to join the group `GroupId`. */
export const INVITE =
  'MDAyMGxvY2F00aW9uIGRvbWFpbi5leGFtcGxlLmNvbQowMDU4aWRlbnRpZmllciAyL25tZC91c3ItaW52aXRhdGlvbi1zZW5kZXIvdWpnOkdyb3VwSWQ6LzEyMzQ1Njc4OTBleGFtcGxlLWlkMTIzNDU2Nzg5MGUKMDAyZnNpZ25hdHVyZSCH7MlKe97K7K5UHEpTU01nUb8AN77DBp7Ys20100nJBOAdwo'
